"""The phone's pages as an app: installed, opened without a network, sent later."""
