// Of every page of somebody who is signed in: the worker, whether there is a network,
// how old the page is, and what is not sent when he signs out.
import { fill } from 'govmap/words'

const meta = document.querySelector('meta[name=account]')
const words = JSON.parse(document.getElementById('field-words').textContent)
const isKept = 'kept' in document.documentElement.dataset
const pages = meta.dataset.pages.split(' ').filter(Boolean)
const made = Date.parse(meta.dataset.made)
const MINUTE = 60_000

start()
tell()
for (const name of ['online', 'offline']) addEventListener(name, tell)
setInterval(tell, MINUTE)
for (const form of document.querySelectorAll('form[action$="/logout/"]')) askBefore(form)

async function start() {
  if (!navigator.serviceWorker) return
  try {
    await navigator.serviceWorker.register(meta.dataset.worker)
    const { active } = await navigator.serviceWorker.ready
    // Not in the way of the page itself.
    await new Promise((resolve) => { (globalThis.requestIdleCallback ?? setTimeout)(resolve) })
    if (navigator.onLine) active?.postMessage({ kind: 'pages', pages })
  } catch { /* a web view without one: all works while there is a network */ }
}

// One line above the page. A phone's clock may be wrong: never less than nothing.
function tell() {
  const here = isKept || pages.includes(location.pathname)
  const line = document.querySelector('.offline-line') ?? makeLine()
  const sentence = here && (isKept || !navigator.onLine) ? said() : ''
  line.hidden = !sentence
  line.firstElementChild.textContent = sentence
  line.querySelector('a').hidden = !navigator.onLine
}

function said() {
  if (!isKept) return words.offline
  const time = new Date(made).toLocaleString(document.documentElement.lang, {
    month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit',
  })
  return fill(navigator.onLine ? words.old : words.kept, { age: age(Date.now() - made), time })
}

function age(length) {
  const minutes = Math.max(0, Math.floor(length / MINUTE))
  if (minutes < 1) return words.moment
  if (minutes < 60) return fill(words.minutes, { count: minutes })
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? fill(words.hours, { count: hours }) : fill(words.days, { count: Math.floor(hours / 24) })
}

function makeLine() {
  const line = Object.assign(document.createElement('p'), { className: 'offline-line', hidden: true })
  line.setAttribute('role', 'status')
  const link = Object.assign(document.createElement('a'), { href: location.href, textContent: words.renew })
  line.append(document.createElement('span'), link)
  document.getElementById('page').prepend(line)
  return line
}

// What is not sent stays on the phone, and he should know it before he goes.
function askBefore(form) {
  form.addEventListener('submit', async (event) => {
    if (form.dataset.asked) return
    event.preventDefault()
    const { mine } = await import('field/outbox')
    const left = (await mine().catch(() => [])).filter(({ state }) => state !== 'sent')
    if (left.length && !confirm(fill(words.leaving, { count: left.length }))) return
    form.dataset.asked = 'yes'
    form.submit()
  })
}
