// Choosing a class among hundreds: chips of the most used, and a search by words or
// pinyin initials in what the page already holds, so that it works without a network.
//
// The <select> of the plain form stays the field; this only sets it.

const SHOWN = 8
const CHIPS = 8
const MEANT = 3 // classes that the words of the note propose
const LEAST = 2 // signs in a row that a class and the note share

export class ClassPicker {
  constructor(root, words, changed) {
    Object.assign(this, { root, words, changed })
    this.select = root.querySelector('select')
    this.chips = root.querySelector('[data-chips]')
    this.input = root.querySelector('[role=combobox]')
    this.list = root.querySelector('[role=listbox]')
    this.said = root.querySelector('[data-class-said]')
    this.options = [...this.select.options].filter((option) => option.value).map(described)
    this.chips.addEventListener('click', (event) => {
      const chip = event.target.closest('[data-category]')
      if (chip) this.choose(chip.dataset.category)
    })
    this.input.addEventListener('input', () => this.search())
    this.input.addEventListener('keydown', (event) => this.key(event))
    this.list.addEventListener('pointerdown', (event) => event.preventDefault())
    this.list.addEventListener('click', (event) => {
      const row = event.target.closest('[role=option]')
      if (row) this.choose(row.dataset.category)
    })
    this.show()
  }

  get value() { return this.select.value }

  set(value) {
    this.select.value = value
    this.show()
  }

  choose(value) {
    this.set(value)
    this.input.value = ''
    this.close()
    this.changed()
  }

  // What the words say comes first, then what is usual at the place, then what is usual
  // anyhow. Nobody's choice is changed, and nothing moves under a finger on the chips.
  propose({ words = '', here = [] }) {
    this.usual ??= [...this.chips.children].map((chip) => chip.dataset.category)
    const known = (value) => this.options.some((option) => option.value === value)
    const wanted = [...new Set([...this.meant(words), ...here.filter(known), ...this.usual])].slice(0, CHIPS)
    const now = [...this.chips.querySelectorAll('[data-category]:not([data-found])')]
    if (now.map((chip) => chip.dataset.category).join() === wanted.join()) return
    if (this.value || this.chips.matches(':focus-within, :active')) return
    this.chips.replaceChildren(...wanted.map((value) => this.chip(value)))
    this.show()
  }

  // Classes whose name shares the most signs in a row with the note: at least two.
  meant(words) {
    const text = words.toLowerCase()
    if (text.length < LEAST) return []
    return this.options
      .map((option) => ({ option, length: longestShared(option.text.toLowerCase(), text) }))
      .filter(({ length }) => length >= LEAST)
      .sort((one, other) => other.length - one.length || one.option.text.length - other.option.text.length)
      .slice(0, MEANT)
      .map(({ option }) => option.value)
  }

  chip(value) {
    const made = document.createElement('button')
    Object.assign(made, { type: 'button', className: 'chip' })
    made.dataset.category = value
    made.textContent = this.options.find((option) => option.value === value)?.text ?? ''
    made.setAttribute('aria-pressed', 'false')
    return made
  }

  // The chosen one is always among the chips, pressed.
  show() {
    const { value } = this.select
    for (const chip of this.chips.querySelectorAll('[data-found]')) chip.remove()
    let chosen = this.chips.querySelector(`[data-category="${value}"]`)
    if (value && !chosen) {
      chosen = this.chip(value)
      chosen.dataset.found = ''
      this.chips.prepend(chosen)
    }
    for (const chip of this.chips.children) {
      chip.setAttribute('aria-pressed', String(chip === chosen))
    }
  }

  search() {
    const wanted = this.input.value.trim().toLowerCase().split(/\s+/).filter(Boolean)
    if (!wanted.length) return this.close()
    const found = this.options
      .map((option) => ({ option, rank: rankOf(option, wanted) }))
      .filter(({ rank }) => rank < Infinity)
      .sort((one, other) => one.rank - other.rank)
      .slice(0, SHOWN)
    this.list.replaceChildren(...found.map(({ option }, index) => row(option, index)))
    this.list.hidden = !found.length
    this.input.setAttribute('aria-expanded', String(found.length > 0))
    this.said.textContent = found.length ? '' : this.words.no_class
    this.said.classList.toggle('visually-hidden', found.length > 0)
    this.mark(0)
    return undefined
  }

  key(event) {
    const rows = this.list.children
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Escape') return this.close()
    // Enter here chooses; it never sends the report.
    if (event.key === 'Enter') {
      event.preventDefault()
      if (!this.list.hidden) this.choose(rows[this.at].dataset.category)
    } else if (step && rows.length) {
      event.preventDefault()
      this.mark((this.at + step + rows.length) % rows.length)
    }
    return undefined
  }

  mark(index) {
    this.at = index
    ;[...this.list.children].forEach((item, number) =>
      item.setAttribute('aria-selected', String(number === index)))
    const marked = this.list.children[index]
    this.input.setAttribute('aria-activedescendant', marked?.id ?? '')
    marked?.scrollIntoView({ block: 'nearest' })
  }

  close() {
    this.list.hidden = true
    this.list.replaceChildren()
    this.said.textContent = ''
    this.input.setAttribute('aria-expanded', 'false')
    this.input.removeAttribute('aria-activedescendant')
  }
}

function described(option) {
  const [initials, code, ...name] = option.dataset.find.toLowerCase().split(' ')
  const text = option.text.toLowerCase()
  return {
    value: option.value, text: option.text, group: option.parentElement.label,
    initials, code, all: `${text} ${name.join(' ')}`, name: text,
  }
}

// Of two texts, how many signs in a row they share at most.
function longestShared(name, text) {
  let longest = 0
  for (let from = 0; from < name.length - longest; from += 1) {
    while (from + longest < name.length && text.includes(name.slice(from, from + longest + 1))) longest += 1
  }
  return longest
}

// Every word must fit; what begins so comes before what only holds it.
function rankOf(option, wanted) {
  const ranks = wanted.map((word) => {
    if (option.all.startsWith(word) || option.name.startsWith(word)) return 0
    if (option.initials.startsWith(word)) return 1
    if (option.code.startsWith(word)) return 2
    if (option.all.includes(word)) return 3
    return option.initials.includes(word) ? 4 : Infinity
  })
  return Math.max(...ranks)
}

function row(option, index) {
  const item = document.createElement('li')
  item.id = `class-${index}`
  item.setAttribute('role', 'option')
  item.dataset.category = option.value
  const name = Object.assign(document.createElement('span'), { textContent: option.text })
  const group = Object.assign(document.createElement('span'), {
    textContent: option.group, className: 'soft',
  })
  item.append(name, group)
  return item
}
