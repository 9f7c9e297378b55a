// The search box: results as a list under it, chosen by arrows and Enter or by a tap.

import { fetchFragment } from 'govmap/http'

const PAUSE = 220 // ms without a key before asking

export class PlaceSearch {
  constructor(page, onChoose) {
    const part = (name) => page.querySelector(`[data-${name}]`)
    this.url = page.dataset.search
    this.form = part('search-form')
    this.input = this.form.querySelector('input')
    this.list = part('found')
    this.said = part('search-said')
    this.clear = part('clear')
    this.onChoose = onChoose
    this.more = {} // what else the question holds
    this.input.addEventListener('input', () => this.typed())
    this.input.addEventListener('keydown', (event) => this.key(event))
    this.input.addEventListener('focus', () => this.list.childElementCount && this.open(true))
    this.form.addEventListener('submit', (event) => this.submit(event))
    this.clear.addEventListener('click', () => this.reset())
    this.list.addEventListener('click', (event) => this.choose(event.target.closest('[role=option]')))
    page.addEventListener('pointerdown', (event) => {
      if (!this.form.contains(event.target) && !this.list.contains(event.target)) this.open(false)
    })
  }

  focus() {
    this.input.focus()
    this.input.select()
  }

  get options() {
    return Array.from(this.list.querySelectorAll('[role=option]'))
  }

  typed() {
    clearTimeout(this.timer)
    this.clear.hidden = !this.input.value
    this.timer = setTimeout(() => this.ask(), PAUSE)
  }

  async ask() {
    clearTimeout(this.timer)
    this.asked?.abort()
    const text = this.input.value.trim()
    if (!text) return this.fill('')
    this.asked = new AbortController()
    this.answered = text
    try {
      const url = `${this.url}?${new URLSearchParams({ q: text, ...this.more })}`
      const { ok, html, response } = await fetchFragment(url, { signal: this.asked.signal })
      if (response?.redirected) return location.reload() // signed out meanwhile
      this.said.hidden = ok
      this.said.textContent = ok ? '' : this.said.dataset.failed
      this.fill(ok ? html : '')
    } catch (error) {
      if (error.name !== 'AbortError') throw error
    }
  }

  fill(html) {
    this.list.innerHTML = html
    this.open(this.list.childElementCount > 0)
    this.mark(-1)
  }

  open(shown) {
    this.list.hidden = !shown
    this.input.setAttribute('aria-expanded', String(shown))
  }

  mark(at) {
    this.at = at
    const options = this.options
    options.forEach((option, number) => option.setAttribute('aria-selected', String(number === at)))
    if (options[at]) {
      this.input.setAttribute('aria-activedescendant', options[at].id)
      options[at].scrollIntoView({ block: 'nearest' })
    } else {
      this.input.removeAttribute('aria-activedescendant')
    }
  }

  key(event) {
    const count = this.options.length
    if (event.isComposing) return
    if (event.key === 'Escape') {
      if (this.list.hidden) this.reset()
      else this.open(false)
    } else if (count && event.key === 'ArrowDown') {
      this.open(true)
      this.mark((this.at + 1) % count)
    } else if (count && event.key === 'ArrowUp') {
      this.mark((this.at - 1 + count) % count)
    } else {
      return
    }
    event.preventDefault()
  }

  async submit(event) {
    event.preventDefault()
    if (this.answered !== this.input.value.trim()) await this.ask()
    this.choose(this.options[Math.max(this.at, 0)])
  }

  choose(option) {
    if (!option) return
    this.input.value = option.querySelector('.map-result-title').textContent
    this.clear.hidden = false
    this.open(false)
    this.input.blur()
    this.onChoose(JSON.parse(option.dataset.outline))
  }

  reset() {
    this.input.value = ''
    this.clear.hidden = true
    this.said.hidden = true
    this.fill('')
    this.input.focus()
  }
}
