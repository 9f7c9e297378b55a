// The form of an import: takes dropped files, says what was chosen, and how far the
// sending is. Without this the form sends itself.

class ImportForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('form')
    this.input = this.querySelector('input[type=file]')
    this.input.addEventListener('change', () => this.show())
    const drop = this.querySelector('.drop')
    for (const name of ['dragenter', 'dragover']) {
      drop.addEventListener(name, (event) => this.over(event, true))
    }
    drop.addEventListener('dragleave', (event) => this.over(event, false))
    drop.addEventListener('drop', (event) => this.take(event))
    this.form.addEventListener('submit', (event) => this.send(event))
    this.onLeave = (event) => { if (this.request) event.preventDefault() }
    addEventListener('beforeunload', this.onLeave)
    this.querySelector('.field-error:not([hidden])')?.closest('.field')?.querySelector('input, select')?.focus()
  }

  disconnectedCallback() {
    removeEventListener('beforeunload', this.onLeave)
    this.request?.abort()
  }

  over(event, on) {
    event.preventDefault()
    this.toggleAttribute('data-over', on)
  }

  take(event) {
    this.over(event, false)
    if (!event.dataTransfer.files.length) return
    this.input.files = event.dataTransfer.files
    this.show()
  }

  show() {
    const files = [...this.input.files]
    if (!files.length) return
    const bytes = files.reduce((sum, file) => sum + file.size, 0)
    const large = bytes >= 1e6
    const size = new Intl.NumberFormat(document.documentElement.lang, {
      style: 'unit', unit: large ? 'megabyte' : 'kilobyte', maximumFractionDigits: large ? 1 : 0,
    })
    this.querySelector('[data-name]').textContent = files.map((file) => file.name).join('、')
    this.querySelector('[data-size]').textContent = size.format(bytes / (large ? 1e6 : 1e3))
    this.toggleAttribute('data-chosen', true)
  }

  send(event) {
    if (!this.input.files.length || this.request) return
    event.preventDefault()
    const request = this.request = new XMLHttpRequest()
    request.upload.addEventListener('progress', ({ loaded, total }) => this.say(loaded / total))
    request.addEventListener('load', () => this.sent(request))
    request.addEventListener('error', () => this.failed())
    request.open('POST', this.form.action)
    request.responseType = 'document'
    this.busy(true)
    this.say(0)
    request.send(new FormData(this.form))
  }

  busy(on) {
    this.querySelector('button[type=submit]').disabled = on
    this.querySelector('[data-progress]').hidden = !on
    this.querySelector('[data-trouble]').hidden = true
  }

  say(share) {
    const percent = Math.floor(share * 100)
    this.querySelector('progress').value = percent
    this.querySelector('[data-words]').textContent =
      percent < 100 ? this.dataset.sending.replace('{share}', `${percent} %`) : this.dataset.sent
  }

  // A form that was refused comes back with its errors; else the import's page follows.
  sent(request) {
    this.request = null
    const again = request.status === 400 && request.response?.querySelector('import-form')
    if (again) this.replaceWith(document.adoptNode(again))
    else if (request.status === 200) location.assign(request.responseURL)
    else this.failed()
  }

  failed() {
    this.request = null
    this.busy(false)
    const trouble = this.querySelector('[data-trouble]')
    trouble.lastElementChild.textContent = this.dataset.broken
    trouble.hidden = false
  }
}
customElements.define('import-form', ImportForm)
