// The order of an agenda: what is moved up is spoken of earlier. Without scripts the
// order of the list counts.
export function orderAgenda(root) {
  root.addEventListener('click', (event) => {
    const button = event.target.closest('[data-up], [data-down]')
    const row = button?.closest('[data-agenda] > li')
    if (!row) return
    const other = 'up' in button.dataset ? row.previousElementSibling : row.nextElementSibling
    if (!other) return
    if ('up' in button.dataset) other.before(row)
    else other.after(row)
    button.focus()
  })
}
