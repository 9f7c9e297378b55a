// One keyboard for all pages: a page names its keys, '?' shows them.

const TYPING = 'input, textarea, select, [contenteditable]'
const pressed = new Map()

// keys({j: next, '/': search}): a key is event.key. Not while somebody types.
// What each does is said in the page's <template data-page-keys>.
export function keys(actions) {
  for (const [key, act] of Object.entries(actions)) pressed.set(key, act)
}

const dialog = () => document.getElementById('keys')

export function start() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (event.target.closest(TYPING) || document.querySelector('dialog[open]')) return
    // Enter on a button or a link is that button's.
    if (event.key === 'Enter' && event.target.closest('a, button, summary')) return
    const act = pressed.get(event.key)
    if (act && act(event) !== false) event.preventDefault()
  })
  keys({ '?': () => dialog().showModal() })
  const told = document.querySelector('template[data-page-keys]')
  if (told) dialog().querySelector('[data-keys]').append(told.content.cloneNode(true))
  for (const opener of document.querySelectorAll('[data-keys-open]')) {
    opener.hidden = false
    opener.addEventListener('click', () => dialog().showModal())
  }
}
