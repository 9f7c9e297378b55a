// <whistle-form>: the place on a map, units found by typing, a time by one tap.
import { PlacePicker } from 'cases/place-picker'

class WhistleForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('form')
    const words = JSON.parse(document.getElementById(this.dataset.words).textContent)
    const urls = { place: this.dataset.place, addresses: this.dataset.addresses }
    const where = this.querySelector('[data-field=place]')
    this.place = new PlacePicker(where, urls, words, () => {})
    const { place, address } = this.form.elements
    if (place.value) this.place.restore({ place: place.value, by: 'map' }, address.value)
    // On a desk there is room for the map beside the form.
    if (matchMedia('(min-width: 1000px)').matches) this.place.toggle(true)
    this.findUnits()
    this.offerTimes()
    this.dataset.ready = 'true'
  }

  disconnectedCallback() { this.place?.destroy() }

  findUnits() {
    const input = this.querySelector('[data-find-unit]')
    const options = Array.from(this.querySelectorAll('.whistle-units .option'))
    input.addEventListener('input', () => {
      const text = input.value.trim()
      for (const option of options) {
        const chosen = option.querySelector('input').checked
        option.hidden = !chosen && !option.textContent.includes(text)
      }
    })
    input.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.preventDefault() })
  }

  // Writing a time chooses it; what is blown at once has its own.
  offerTimes() {
    const { elements } = this.form
    const times = this.querySelector('[data-field=within]')
    elements.appear_by.addEventListener('input', () => { elements.within.value = 'at' })
    const follow = () => {
      const chosen = this.form.querySelector('input[name=occasion]:checked')
      times.classList.toggle('is-fixed', Boolean(chosen && 'atOnce' in chosen.dataset))
    }
    for (const radio of this.form.querySelectorAll('input[name=occasion]')) radio.addEventListener('change', follow)
    follow()
  }
}
customElements.define('whistle-form', WhistleForm)
