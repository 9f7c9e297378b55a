// Light, dark, or as the system says; kept in a cookie so that the server writes it.

const root = document.documentElement
const dark = matchMedia('(prefers-color-scheme: dark)')
const YEAR = 31536000 // seconds

function apply(choice) {
  root.dataset.themeChoice = choice
  root.dataset.bsTheme = choice === 'auto' ? (dark.matches ? 'dark' : 'light') : choice
  for (const button of document.querySelectorAll('[data-theme-switch] button')) {
    button.setAttribute('aria-pressed', String(button.value === choice))
  }
  // Maps draw on a canvas and must be told.
  document.dispatchEvent(new CustomEvent('govmap:theme', { detail: root.dataset.bsTheme }))
}

export function start() {
  dark.addEventListener('change', () => apply(root.dataset.themeChoice))
  for (const part of document.querySelectorAll('[data-theme-switch]')) {
    part.hidden = false
    part.addEventListener('click', (event) => {
      const choice = event.target.closest('button')?.value
      if (!choice) return
      document.cookie = `theme=${choice};path=/;max-age=${YEAR};samesite=lax`
      apply(choice)
    })
  }
  apply(root.dataset.themeChoice)
}
