// The rows of a list that are chosen, and the bar that says what can be done with them.
import { notify } from 'govmap/notice'
import { post } from 'govmap/http'

const MOST = 100 // cases at once, as the server says too

export class Picking {
  // ``list`` is the element with the rows and the bar.
  constructor(list) {
    this.list = list
    this.bar = list.querySelector('[data-bulk]')
    this.chosen = new Set(this.boxes().filter((box) => box.checked).map((box) => box.value))
    this.last = null
    this.bar.addEventListener('submit', (event) => this.leave(event))
    this.list.querySelector('[data-all]').addEventListener('change', () => this.all())
    for (const button of this.bar.querySelectorAll('[data-mark-as]')) {
      button.addEventListener('click', () => this.mark(Array.from(this.chosen), button.dataset.markAs))
    }
    // The browser may have kept the ticks of a page that was left.
    this.renew()
  }

  boxes() { return Array.from(this.list.querySelectorAll('.case-pick input')) }
  box(row) { return row.querySelector('.case-pick input') }

  // A click on a box; with Shift all from the one before to this.
  clicked(event, box) {
    if (event.shiftKey && this.last?.isConnected) this.range(box)
    else this.set(box, box.checked)
    this.last = box
    this.renew()
  }

  range(box) {
    const all = this.boxes()
    const [from, to] = [all.indexOf(this.last), all.indexOf(box)].sort((one, other) => one - other)
    const on = this.last.checked
    for (const each of all.slice(from, to + 1)) this.set(each, on)
    getSelection()?.removeAllRanges()
  }

  set(box, on) {
    box.checked = on
    if (on) this.chosen.add(box.value)
    else this.chosen.delete(box.value)
  }

  toggle(row) {
    const box = this.box(row)
    this.set(box, !box.checked)
    this.last = box
    this.renew()
  }

  // All of the page, or none where all are chosen already.
  all() {
    const boxes = this.boxes()
    const on = !boxes.every((box) => box.checked)
    for (const box of boxes) this.set(box, on)
    this.renew()
  }

  none() {
    if (!this.chosen.size) return false
    for (const box of this.boxes()) this.set(box, false)
    this.chosen.clear()
    this.renew()
    return true
  }

  // A row that came anew keeps its tick; one that went is chosen no more.
  renew() {
    const boxes = this.boxes()
    for (const box of boxes) box.checked = this.chosen.has(box.value)
    const here = new Set(boxes.map((box) => box.value))
    for (const uuid of this.chosen) if (!here.has(uuid)) this.chosen.delete(uuid)
    const count = this.chosen.size
    const said = this.bar.querySelector('[data-picked]')
    said.textContent = count ? `${count} ${said.dataset.word}` : ''
    this.bar.classList.toggle('is-picking', count > 0)
    const all = this.list.querySelector('[data-all]')
    all.checked = count > 0 && count === boxes.length
    all.indeterminate = count > 0 && count < boxes.length
  }

  leave(event) {
    if (!this.chosen.size) return event.preventDefault()
    if (this.chosen.size <= MOST) return
    event.preventDefault()
    notify(this.bar.dataset.many, { kind: 'error' })
  }

  send() {
    if (this.chosen.size) this.bar.requestSubmit()
  }

  // ``unread``: 'yes' or 'no'.
  async mark(uuids, unread, { undo = true } = {}) {
    if (!uuids.length) return
    const body = new URLSearchParams([['kind', 'case'], ['unread', unread], ...uuids.map((uuid) => ['subject', uuid])])
    const { ok } = await post(this.bar.dataset.mark, body)
    if (!ok) return notify(this.list.dataset.failed, { kind: 'error' })
    for (const uuid of uuids) this.list.row(uuid)?.classList.toggle('is-unread', unread === 'yes')
    this.list.countUnread()
    const word = unread === 'yes' ? this.bar.dataset.unreadWord : this.bar.dataset.read
    const other = unread === 'yes' ? 'no' : 'yes'
    const back = { word: this.bar.dataset.undo, do: () => this.mark(uuids, other, { undo: false }) }
    notify(word, { action: undo ? back : null })
  }
}
