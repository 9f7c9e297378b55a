// A short sentence at the edge of the page: what was done, what failed.
import { words } from 'govmap/words'

// kind: 'success', 'error' or ''. An error stays until it is closed.
export function notify(text, { kind = '', action = null } = {}) {
  const area = document.getElementById('notices')
  const notice = document.createElement('div')
  notice.className = `notice ${kind && `notice-${kind}`}`
  notice.append(Object.assign(document.createElement('span'), { textContent: text }))
  if (action) notice.append(button(action.word, () => { action.do(); notice.remove() }, 'btn-link'))
  notice.append(button('×', () => notice.remove(), 'btn-plain', words.close))
  area.append(notice)
  while (area.children.length > 3) area.firstElementChild.remove()
  if (kind !== 'error') setTimeout(() => notice.remove(), 6000)
  return notice
}

function button(word, act, className, label) {
  const made = Object.assign(document.createElement('button'), {
    type: 'button', textContent: word, className, onclick: act,
  })
  if (label) made.setAttribute('aria-label', label)
  return made
}
