// The theme, dark or light, kept in a cookie so that the server's first byte is already of that theme.
import { signal } from "@preact/signals";

export type Theme = "dark" | "light";

const root = document.documentElement;
export const theme = signal<Theme>(root.dataset.theme === "light" ? "light" : "dark");

export function toggleTheme(): void {
  theme.value = theme.value === "dark" ? "light" : "dark";
  root.dataset.theme = theme.value;
  document.cookie = `theme=${theme.value}; path=/; max-age=31536000; samesite=lax`;
}
