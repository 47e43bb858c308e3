"""`ketenhub worker`: what the hub does by itself, beside the processes that answer. One is enough; more do no harm."""

import signal
from types import FrameType

import click
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler

from hub import jobs
from hub.app import build_keeper
from hub.cli.desk import Desk
from hub.cli.logs import set_up_logs
from hub.jobs import Work
from hub.rights import erase


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and stop: for a scheduler of your own.")
@click.pass_obj
def worker(desk: Desk, once: bool) -> None:
    """Finish erasures, end what ran out, sweep what is old, sign the trail; until stopped."""
    set_up_logs()
    work = Work(desk.hub, build_keeper(desk.settings), desk.ledger)
    # As before serving: whoever was forgotten stays so, also in a backup that was put back.
    erase.resume(work.hub, work.ledger)
    if once:
        jobs.tick(work)
        return
    scheduler = BlockingScheduler(timezone="UTC")
    _add(scheduler, work)

    def stop(_: int, __: FrameType | None) -> None:
        # The job that runs is finished first.
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    scheduler.start()


def work_beside(work: Work) -> BaseScheduler:
    """The same in a process that answers too: for a demo, which is one process."""
    scheduler = BackgroundScheduler(timezone="UTC", daemon=True)
    _add(scheduler, work)
    scheduler.start()
    return scheduler


def _add(scheduler: BaseScheduler, work: Work) -> None:
    # The scheduler keeps nothing: what was done, and who does it, stands in the database.
    scheduler.add_job(jobs.tick, "interval", args=[work], **jobs.interval())
