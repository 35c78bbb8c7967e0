// A bar from nothing to what is allowed; what was asked for beyond it sticks out.

const WIDTH = 120;
const HEIGHT = 10;

/** `used` and `asked` are shares of what is allowed. */
export function Bar({ used, asked = 0 }: { used: number; asked?: number }) {
  const whole = Math.max(1, used + asked);
  const x = (share: number): number => (Math.min(share, whole) / whole) * WIDTH;
  return (
    <svg class="quota-bar" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <rect class="allowed" width={x(1)} height={HEIGHT} rx="2" />
      <rect class={used >= 1 ? "used full" : "used"} width={x(used)} height={HEIGHT} rx="2" />
      {asked > 0 && <rect class="asked" x={x(used)} width={Math.max(2, x(used + asked) - x(used))} height={HEIGHT} />}
      {whole > 1 && <path class="edge" d={`M${x(1)} 0V${HEIGHT}`} />}
    </svg>
  );
}
