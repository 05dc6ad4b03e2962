// Light or dark before anything is drawn; the reader's choice is kept, and "as the system" is the default.
(() => {
  const key = "underfocus.theme";
  const names = { system: "Theme: system", light: "Theme: light", dark: "Theme: dark" };
  const kept = () => {
    try {
      const value = localStorage.getItem(key);
      return value in names ? value : "system";
    } catch {
      return "system";
    }
  };
  const apply = (theme) => {
    if (theme === "system") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.dataset.theme = theme;
  };
  apply(kept());
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    if (!button) return;
    let theme = kept();
    const show = () => {
      button.textContent = names[theme];
      apply(theme);
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      const order = Object.keys(names);
      theme = order[(order.indexOf(theme) + 1) % order.length];
      try {
        localStorage.setItem(key, theme);
      } catch {
        // A private window keeps the theme for this page alone.
      }
      show();
    });
    show();
  });
})();
