// <survey-answers>: the form of one thing of a survey. The queue of the phone sends it
// with its photos (field/queued). Where the phone keeps nothing, its photos go ahead of
// it: it waits for them, and says how many are left.
import { fill } from 'govmap/words'
import 'workflow/photo'

class SurveyAnswers extends HTMLElement {
  connectedCallback() {
    if (this.form) return
    this.form = this.querySelector('form')
    this.said = this.querySelector('.survey-waits')
    this.pickers = [...this.querySelectorAll('photo-picker')]
    for (const picker of this.pickers) leaveRoom(picker)
    this.form.addEventListener('queue:plain', (event) => this.hold(event))
    this.addEventListener('photos:change', () => this.tell())
    this.dataset.ready = ''
    // Those that a page before this one could not send; the pickers begin after this.
    queueMicrotask(() => { if (this.form.dataset.about) this.pickers.forEach((picker) => picker.resume()) })
  }

  get left() {
    return this.pickers.reduce((sum, picker) => sum + picker.waiting, 0)
  }

  async hold(event) {
    if (!this.left) return
    event.preventDefault()
    if (this.holding) return
    this.holding = true
    this.tell()
    for (const picker of this.pickers) picker.retry()
    await Promise.all(this.pickers.map((picker) => picker.settled()))
    this.holding = false
    this.failed = this.left > 0
    this.tell()
    if (!this.failed) this.form.submit()
  }

  tell() {
    const count = this.left
    if (!count) this.failed = false
    const sentence = this.holding ? this.dataset.waits : this.failed ? this.dataset.left : ''
    this.said.textContent = count ? fill(sentence, { count }) : ''
    this.said.hidden = !this.said.textContent
  }
}

// New ones beside those of before that are kept.
function leaveRoom(picker) {
  const kept = picker.parentElement.querySelector('[data-kept]')
  if (!kept) return
  const most = Number(picker.dataset.most)
  const count = () => {
    picker.dataset.most = most - kept.querySelectorAll('input:checked').length
    picker.show()
  }
  kept.addEventListener('change', count)
  count()
}

customElements.define('survey-answers', SurveyAnswers)
