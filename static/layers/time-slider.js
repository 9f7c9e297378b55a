// The time slider: which day the map shows. It tells of a day once the hand rests, so
// that dragging asks nobody; null is today.

const DAY = 86_400_000 // ms
const REST = 300 // ms without a movement

export class TimeSlider {
  constructor(page, onChange) {
    this.onChange = onChange
    this.part = (name) => page.querySelector(`[data-${name}]`)
    this.panel = this.part('time')
    this.opener = this.part('open-time')
    this.range = this.part('time-range')
    this.field = this.part('time-at')
    const { first, today, day } = this.panel.dataset
    Object.assign(this, { page, first: number(first), today: number(today), day: day || null })
    this.range.max = this.today - this.first
    this.page.classList.toggle('time-open', this.isOpen)
    this.listen()
    this.show(this.at)
  }

  // The day shown, in days since 1970.
  get at() {
    return this.day ? number(this.day) : this.today
  }

  get isOpen() {
    return !this.panel.hidden
  }

  listen() {
    this.opener.addEventListener('click', (event) => this.clicked(event, () => this.toggle()))
    this.part('close-time').addEventListener('click', () => this.toggle(false))
    this.part('time-form').addEventListener('submit', (event) => event.preventDefault())
    this.range.addEventListener('input', () => this.move(this.first + Number(this.range.value)))
    this.range.addEventListener('change', () => this.settle())
    this.range.addEventListener('keydown', (event) => this.key(event))
    this.field.addEventListener('change', () => this.field.value && this.move(number(this.field.value)))
    for (const name of ['time-now', 'time-back']) {
      this.part(name).addEventListener('click', (event) => this.clicked(event, () => {
        this.move(this.today)
        this.settle()
      }))
    }
    for (const button of this.panel.querySelectorAll('[data-step]')) {
      button.addEventListener('click', () => this.step(button.dataset.step))
    }
    for (const link of this.panel.querySelectorAll('[data-tick] a')) {
      link.addEventListener('click', (event) => this.clicked(event, () => {
        this.move(number(link.parentElement.dataset.tick))
        this.settle()
      }))
    }
  }

  // A link that this page follows itself, unless another window was meant.
  clicked(event, act) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    act()
  }

  toggle(open = !this.isOpen) {
    this.panel.hidden = !open
    this.opener.setAttribute('aria-expanded', String(open))
    this.page.classList.toggle('time-open', open)
    if (!open) return this.opener.focus()
    this.page.dispatchEvent(new CustomEvent('time:open'))
    this.range.focus({ preventScroll: true })
  }

  // One day is the range's own step; the longer ones are ours.
  key(event) {
    const back = event.key === 'ArrowLeft' || event.key === 'ArrowDown'
    const on = event.key === 'ArrowRight' || event.key === 'ArrowUp'
    const sign = back || event.key === 'PageDown' ? '-' : '+'
    if (event.key.startsWith('Page')) this.step(`${sign}year`)
    else if (event.shiftKey && (back || on)) this.step(`${sign}month`)
    else return
    event.preventDefault()
  }

  step(step) {
    const date = new Date(this.at * DAY)
    const by = step.startsWith('-') ? -1 : 1
    const unit = step.slice(1)
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
    if (unit === 'day') return this.move(this.at + by)
    const months = month + by * (unit === 'year' ? 12 : 1)
    // The last of a month goes to the last of another.
    const last = new Date(Date.UTC(year, months + 1, 0)).getUTCDate()
    this.move(Date.UTC(year, months, Math.min(day, last)) / DAY)
  }

  // To a day at once; null is today.
  go(day) {
    this.move(day ? number(day) : this.today)
    this.settle()
  }

  move(at) {
    const within = Math.min(Math.max(at, this.first), this.today)
    this.day = within === this.today ? null : written(within)
    this.show(within)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.settle(), REST)
  }

  settle() {
    clearTimeout(this.timer)
    if (this.day === this.told) return
    this.told = this.day
    this.onChange(this.day)
  }

  show(at) {
    if (this.told === undefined) this.told = this.day
    const said = `${words(at)} · ${weekday(at)}`
    this.range.value = at - this.first
    this.range.setAttribute('aria-valuetext', said)
    this.range.disabled = this.first === this.today
    this.field.value = written(at)
    this.part('time-day').textContent = said
    this.part('time-band').hidden = !this.day
    this.part('time-said').textContent = this.day
      ? this.part('time-band').dataset.pattern.replace('{day}', words(at)) : ''
    for (const button of this.panel.querySelectorAll('[data-step]')) {
      button.disabled = at === (button.dataset.step.startsWith('-') ? this.first : this.today)
    }
  }

  // Only what the layers shown did has a tick and a line.
  tick(layers) {
    const days = new Set()
    let count = 0
    for (const line of this.panel.querySelectorAll('[data-tick]')) {
      line.hidden = !layers.includes(line.dataset.of)
      if (line.hidden) continue
      days.add(line.dataset.tick)
      count += 1
    }
    const all = Math.max(this.today - this.first, 1)
    this.part('time-ticks').replaceChildren(...Array.from(days, (day) => {
      const tick = document.createElement('i')
      tick.style.left = `${((number(day) - this.first) / all) * 100}%`
      return tick
    }))
    const said = this.part('time-count')
    if (said) said.textContent = count
  }
}

// Days are counted in UTC, where each has 24 hours.
const number = (day) => Date.parse(`${day}T00:00:00Z`) / DAY
const written = (at) => new Date(at * DAY).toISOString().slice(0, 10)

const words = (at) => format(at, { year: 'numeric', month: 'long', day: 'numeric' })
const weekday = (at) => format(at, { weekday: 'long' })

function format(at, parts) {
  const written = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: 'UTC', ...parts })
  return written.format(at * DAY)
}
