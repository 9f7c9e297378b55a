// Whether this browser shows notices while the page is closed: asked for and given up.
import { csrf } from 'govmap/http'

// A browser without a worker never answers `ready`.
const PATIENCE = 4000 // ms

class PushSwitch extends HTMLElement {
  async connectedCallback() {
    if (!('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window)) return
    this.registration = await Promise.race([
      navigator.serviceWorker.ready,
      new Promise((done) => { setTimeout(done, PATIENCE, null) }),
    ])
    if (!this.registration?.pushManager || !this.isConnected) return
    this.part('subscribe').onclick = () => this.attempt(() => this.subscribe())
    this.part('unsubscribe').onclick = () => this.attempt(() => this.unsubscribe())
    this.show(Boolean(await this.registration.pushManager.getSubscription()))
  }

  part(name) {
    return this.querySelector(`[data-${name}]`)
  }

  show(on) {
    this.part('cannot').hidden = true
    this.part('trouble').hidden = true
    for (const name of ['on', 'unsubscribe']) this.part(name).hidden = !on
    for (const name of ['off', 'subscribe']) this.part(name).hidden = on
  }

  async attempt(act) {
    try {
      await act()
    } catch (error) {
      this.part('trouble').textContent = error.told ?? this.dataset.failed
      this.part('trouble').hidden = false
    }
  }

  async subscribe() {
    const subscription = await this.registration.pushManager.subscribe({
      userVisibleOnly: true, applicationServerKey: this.dataset.key,
    })
    try {
      await this.say('POST', subscription)
    } catch (error) {
      // What the server does not know of is of no use to the browser either.
      await subscription.unsubscribe()
      throw error
    }
    this.show(true)
  }

  async unsubscribe() {
    const subscription = await this.registration.pushManager.getSubscription()
    if (subscription) {
      await this.say('DELETE', subscription)
      await subscription.unsubscribe()
    }
    this.show(false)
  }

  async say(method, subscription) {
    const response = await fetch(this.dataset.url, {
      method,
      headers: {
        'X-Requested-With': 'fetch', 'X-CSRFToken': csrf(), 'Content-Type': 'application/json',
      },
      body: JSON.stringify(subscription),
    })
    if (response.ok) return
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    throw Object.assign(new Error(), { told: page.body.textContent.trim() || undefined })
  }
}

customElements.define('push-switch', PushSwitch)
