// <survey-sheet>: the form of whichever thing of a survey is tapped, over the list. One
// page holds them all, so a whole survey is answered without a network.
import { notify } from 'govmap/notice'
import { broughtBack, standing } from 'field/queued'
import { listen } from 'field/outbox'
import 'cases/survey-item'

const ABOUT = 'survey:'

class SurveySheet extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector('dialog')
    this.made = this.querySelector('template')
    this.list = document.querySelector('[data-things]')
    this.list.addEventListener('click', (event) => this.tapped(event))
    this.querySelector('[data-close]').addEventListener('click', () => this.dialog.close())
    this.addEventListener('queue:done', (event) => this.done(event))
    this.stop = listen(({ changed, ended }) => { if (changed || ended) this.leaveOut() })
    this.leaveOut()
    broughtBack(({ about }) => this.formOf(about))
    this.dataset.ready = ''
  }

  disconnectedCallback() { this.stop() }

  tapped(event) {
    const link = event.target.closest('.survey-thing a')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    this.open(link.closest('.survey-thing'))
  }

  // One that was just being filled in is there again as it was.
  open(thing) {
    const { id, label } = thing.dataset
    const link = thing.querySelector('a')
    if (this.about !== ABOUT + id) this.fill(id, label, link.getAttribute('href'))
    this.querySelector('[data-title]').textContent = label
    this.querySelector('[data-page]').href = link.href
    this.dialog.showModal()
    this.querySelector('[data-title]').focus({ preventScroll: true })
  }

  fill(id, label, url) {
    const form = this.made.content.cloneNode(true)
    Object.assign(form.querySelector('form').dataset, { about: ABOUT + id, title: label, next: location.pathname })
    form.querySelector('form').setAttribute('action', url)
    for (const picker of form.querySelectorAll('photo-picker')) {
      picker.dataset.keep = `${this.dataset.owner}:survey:${id}${picker.dataset.keep}`
    }
    this.querySelector('[data-form]').replaceChildren(form)
    this.about = ABOUT + id
  }

  formOf(about) {
    const thing = this.thing(about)
    if (!thing) return null
    this.open(thing)
    return this.querySelector('[data-form] form')
  }

  thing(about) { return document.getElementById(`thing-${about.slice(ABOUT.length)}`) }

  done(event) {
    event.preventDefault()
    const { state, sentence } = event.detail
    const thing = this.thing(this.about)
    const next = thing?.nextElementSibling ?? thing?.previousElementSibling
    if (thing) this.remove(thing)
    this.about = ''
    this.dialog.close()
    notify(sentence, { kind: state === 'sent' ? 'success' : '' })
    next?.querySelector('a').focus()
  }

  remove(thing) {
    thing.remove()
    const left = document.querySelector('[data-count-left]')
    left.textContent = Math.max(0, Number(left.textContent) - 1)
    // Nothing is left: the page says so in its own words.
    if (!this.list.children.length && navigator.onLine) location.reload()
  }

  // What waits on the phone, or went since, is not asked again.
  async leaveOut() {
    for (const about of (await standing()).keys()) {
      const thing = about?.startsWith(ABOUT) && about !== this.about && this.thing(about)
      if (thing) this.remove(thing)
    }
  }
}

customElements.define('survey-sheet', SurveySheet)
