// In place of deno doc's own, which keeps the system's theme of the first visit for good. What is chosen is kept; else the
// system decides, at any time.
const system = matchMedia("(prefers-color-scheme: dark)");

function show() {
  const isDark = (localStorage.getItem("theme") ?? (system.matches ? "dark" : "light")) === "dark";
  document.documentElement.classList.toggle("dark", isDark);
  const toggle = document.getElementById("theme-toggle");
  if (toggle === null) return;
  const [moon, sun] = toggle.children;
  moon.classList.toggle("hidden", isDark);
  sun.classList.toggle("hidden", !isDark);
  toggle.removeAttribute("style");
}

show();
system.addEventListener("change", show);
addEventListener("DOMContentLoaded", () => {
  show();
  document.getElementById("theme-toggle").addEventListener("click", () => {
    const isDark = document.documentElement.classList.contains("dark");
    localStorage.setItem("theme", isDark ? "light" : "dark");
    show();
  });
});
