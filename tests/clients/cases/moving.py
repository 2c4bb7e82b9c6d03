"""Accounts that move here, with all they have, from other servers."""

from drivers import moving
from registry import SLIXMPP, case


@case(SLIXMPP, only="folkmoot", seconds=120)
async def accounts_move_here_from_prosody(_):
    await moving.move(moving.OldProsody, "prosody")


@case(SLIXMPP, only="folkmoot", seconds=180)
async def accounts_move_here_from_ejabberd(_):
    await moving.move(moving.OldEjabberd, "ejabberd")
