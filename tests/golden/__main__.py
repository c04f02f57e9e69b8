from __future__ import annotations

from tests.golden.golden import renew

renew()
