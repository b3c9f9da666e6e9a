# Copyright (c) 2026, the azurefiles.backup maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole simulator, put together; free of the web framework."""

from . import metadata
from .arm import Arm
from .clock import Clock
from .control import Control
from .entra import Entra
from .faults import FaultPlan
from .journal import Entry, Journal
from .managed_identity import ManagedIdentity
from .messages import Answer, Request
from .model.world import World
from .scenario import Scenario
from .tokens import Tokens


class Simulator:
    def __init__(self, settings: Scenario) -> None:
        self.settings = settings
        self.clock = Clock(settings.clock_offset)
        self.plan = FaultPlan(settings.faults)
        self.journal = Journal()
        self.world = World(settings, self.clock, self.plan)
        tokens = Tokens(settings.tenant, settings.token_lifetime, settings.other_tenants)
        self.arm = Arm(self.world, settings, tokens)
        self.entra = Entra(tokens, settings.clients)
        self.identity = ManagedIdentity(tokens, settings.clients)
        self.control = Control(self.world, self.journal, self.plan)

    def kind_of(self, request: Request) -> str:
        """What a request of the main port is, for the journal."""
        if request.path.lower() == metadata.PATH:
            return "metadata"
        return self.entra.kind_of(request) or "arm"

    def answer(self, request: Request, entry: Entry) -> Answer:
        self.clock.settle()
        if entry.kind == "imds":
            return self.identity.answer(request)
        if request.path.lower() == metadata.PATH:
            return metadata.answer(request, self.settings.tenant)
        if entry.kind != "arm":
            return self.entra.answer(request)
        answer, entry.authorised = self.arm.answer(request)
        return answer
