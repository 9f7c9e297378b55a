// What every page does: theme, keyboard, running lights, menus.
import * as clock from 'govmap/clock'
import * as keys from 'govmap/keys'
import * as theme from 'govmap/theme'
import 'govmap/nav'

theme.start()
keys.start()
clock.start()

// A page without a search of its own has the one of the frame.
const find = document.querySelector('[data-find]')
if (find) keys.keys({ '/': () => find.click() })

// The row of pages at a phone's foot shows the one that is open.
for (const here of document.querySelectorAll('.tabs [aria-current], .register-tabs [aria-current]')) {
  const row = here.parentElement
  const from = here.getBoundingClientRect().left - row.getBoundingClientRect().left
  row.scrollLeft += from - (row.clientWidth - here.offsetWidth) / 2
}

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
