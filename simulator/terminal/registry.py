"""All commands that the terminal knows, by name."""

from __future__ import annotations

from simulator.terminal.command import Command
from simulator.terminal.commands import (
    about_server,
    apply,
    auth,
    create,
    create_access,
    create_configuration,
    create_workloads,
    delete,
    describe,
    drain,
    events,
    execute,
    explain,
    expose,
    get,
    labels,
    logs,
    patch,
    rollout,
    rollout_history,
    run_pod,
    scale,
    set_template,
    taint,
    top,
    wait,
)

COMMANDS: dict[str, Command] = {
    one.name: one
    for one in (
        get.COMMAND,
        describe.COMMAND,
        apply.COMMAND,
        create.COMMAND,
        *create_workloads.COMMANDS,
        *create_configuration.COMMANDS,
        *create_access.COMMANDS,
        run_pod.COMMAND,
        delete.COMMAND,
        scale.COMMAND,
        *expose.COMMANDS,
        labels.LABEL,
        labels.ANNOTATE,
        *set_template.COMMANDS,
        patch.PATCH,
        patch.REPLACE,
        patch.EDIT,
        *rollout.COMMANDS,
        *rollout_history.COMMANDS,
        taint.COMMAND,
        *drain.COMMANDS,
        logs.COMMAND,
        execute.COMMAND,
        *top.COMMANDS,
        events.COMMAND,
        wait.COMMAND,
        explain.COMMAND,
        *auth.COMMANDS,
        *about_server.COMMANDS,
    )
}
