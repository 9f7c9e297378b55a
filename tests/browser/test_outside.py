"""An administrator adds an outside layer and sees its pictures on the map."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from layers.outside import proxy
from tests.layers.outside import serving

pytestmark = pytest.mark.django_db(transaction=True)


def red(page: Page) -> int:
    """How many pixels of the map are the tile server's red."""
    png = page.locator(".map").screenshot()
    shades = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
    return int((abs(shades - serving.RED).max(axis=2) < 14).sum())


def test_a_layer_is_tried_added_and_drawn(
    open_page: Callable[..., Page], people: Any, settings: Any
) -> None:
    proxy.GATE = proxy.Gate()
    with serving.tiles() as source:
        settings.OUTSIDE_HOSTS = [source.url]
        settings.OUTSIDE_NETWORKS = ["127.0.0.0/8"]
        page = open_page(people["system"], "/data/outside/new/")
        page.get_by_label("代码").fill("sky")
        page.get_by_label("名称", exact=True).fill("测试影像")
        page.get_by_label("类别").select_option("imagery")
        page.get_by_label("服务地址").fill(f"{source.url}/{{z}}/{{x}}/{{y}}")
        page.get_by_label("版权说明").fill("影像 © 测试")
        page.get_by_label("绘在面和线之上").check()
        page.get_by_label("打开地图时显示").check()
        page.get_by_role("button", name="试取").click()
        expect(page.get_by_role("img", name="来源服务绘制的本地区中心")).to_be_visible()
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_role("heading", name="测试影像")).to_be_visible()
        page.locator(".data-head-end").get_by_role("link", name="一张图").click()
        page.wait_for_selector(".map[data-drawn=true]", timeout=60_000)
        expect(page.get_by_text("影像 © 测试")).to_be_visible()
        assert red(page) > 50_000
        page.get_by_label("测试影像", exact=True).uncheck()
        expect(page.get_by_text("影像 © 测试")).to_have_count(0)
