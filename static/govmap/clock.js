// Lights that run: words and colour follow the time without asking the server.
import { fill, words } from 'govmap/words'

const SHAPES = {
  green: '<circle cx="6" cy="6" r="5"/>',
  yellow: '<path d="M6 .8 11.6 11H.4z"/>',
  red: '<rect x="1" y="1" width="10" height="10" rx="1"/>',
}

export function span(milliseconds) {
  const all = Math.floor(Math.abs(milliseconds) / 60000)
  const minutes = all % 60
  const hours = Math.floor(all / 60)
  if (hours >= 24) return fill(words.days, { days: Math.floor(hours / 24), hours: hours % 24 })
  if (hours) return fill(words.hours, { hours, minutes })
  return fill(words.minutes, { minutes })
}

export function remaining(due, now = Date.now()) {
  return fill(now <= due ? words.left : words.over, { span: span(due - now) })
}

export function tick(root = document) {
  const now = Date.now()
  for (const light of root.querySelectorAll('.light[data-due]')) {
    const due = Date.parse(light.dataset.due)
    const colour = now > due ? 'red' : now >= Date.parse(light.dataset.yellow) ? 'yellow' : 'green'
    light.lastElementChild.textContent = remaining(due, now)
    if (light.classList.contains(`light-${colour}`)) continue
    light.classList.remove('light-green', 'light-yellow', 'light-red')
    light.classList.add(`light-${colour}`)
    light.firstElementChild.innerHTML = SHAPES[colour]
  }
}

export function start() {
  setInterval(tick, 20000)
  document.addEventListener('visibilitychange', () => { if (!document.hidden) tick() })
}
