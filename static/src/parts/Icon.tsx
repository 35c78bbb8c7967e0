// A line icon of 16 by 16; decoration only, so whatever it stands for is also said in words.
import { ICONS, type IconName } from "./glyphs";

export function Icon({ name, size = 16, path }: { name?: IconName; size?: number; path?: string }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d={path ?? ICONS[name!]} />
    </svg>
  );
}
