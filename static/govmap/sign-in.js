// A click on a demonstration account fills the form.
class SignIn extends HTMLElement {
  connectedCallback() {
    this.addEventListener('click', (event) => {
      const row = event.target.closest('[data-account]')
      if (row) this.fill(row)
    })
  }

  fill(row) {
    const shared = this.querySelector('code[data-password]')
    this.querySelector('#id_login').value = row.dataset.account
    this.querySelector('#id_password').value = row.dataset.password ?? shared?.textContent ?? ''
    this.querySelector('[aria-selected]')?.removeAttribute('aria-selected')
    row.setAttribute('aria-selected', 'true')
    this.querySelector('form button').focus()
  }
}
customElements.define('sign-in', SignIn)
