// Colors that are drawn on canvases, and the chosen theme. The sequential scale is even in lightness, so that it also
// works with deuteranopia and in gray; the qualitative colors are those of Okabe and Ito, darker on a light ground.

const KEY = "muster.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set();

const SETS = {
  light: {
    scale: ["#e9eeeb", "#d2e3dd", "#b0d2ca", "#86bcb7", "#5ba2a6", "#3a8793", "#276b7e", "#1c4e68", "#15324f"],
    ground: "#ffffff", line: "#d5dad8", text: "#1a2023", muted: "#5b656a", red: "#b8400a", amber: "#b26a00", blue: "#0072b2", hatch: "#8b9498",
    series: ["#0072b2", "#d55e00", "#00805e", "#b5508a", "#8a6d00", "#3d8fc4", "#5f4bb6", "#4d5960"],
  },
  dark: {
    scale: ["#1d2a32", "#1f3c49", "#215263", "#256a79", "#2e858c", "#48a09b", "#71b9a6", "#a3d2b1", "#dfecc2"],
    ground: "#12171a", line: "#2a3338", text: "#e6eaeb", muted: "#98a4aa", red: "#ff8a4c", amber: "#f0b13c", blue: "#56b4e9", hatch: "#76828a",
    series: ["#56b4e9", "#e8853d", "#2fc59a", "#df92bf", "#e5d44a", "#8ecbf0", "#a99bf0", "#b9c2c7"],
  },
};

/** Returns "system", "light" or "dark". */
export const chosenTheme = () => localStorage.getItem(KEY) ?? "system";
export const isDark = () => (chosenTheme() === "system" ? dark.matches : chosenTheme() === "dark");
export const colors = () => (isDark() ? SETS.dark : SETS.light);

export function chooseTheme(theme) {
  if (theme === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  applyTheme();
}

export function applyTheme() {
  const theme = chosenTheme();
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  listeners.forEach(listener => listener());
}

/** Calls at each change of the theme; returns a function that ends this. */
export function whenThemeChanges(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
dark.addEventListener("change", applyTheme);

/** Returns the color of a magnitude from 0 to 1, and one of text on it. */
export function magnitude(ratio) {
  const {scale} = colors();
  const index = Math.max(0, Math.min(scale.length - 1, Math.floor(ratio * scale.length)));
  const isLightCell = isDark() ? index >= 4 : index < 4;
  return {fill: scale[index], text: isLightCell ? "#0d1a20" : "#ffffff"};
}
