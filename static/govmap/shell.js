// What every page does: theme, keyboard, running lights, menus.
import * as clock from 'govmap/clock'
import * as keys from 'govmap/keys'
import * as theme from 'govmap/theme'

theme.start()
keys.start()
clock.start()

// A menu closes when one clicks beside it or presses Escape.
document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (!menu.contains(event.target)) menu.open = false
  }
})
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    menu.open = false
    menu.querySelector('summary').focus()
  }
})
