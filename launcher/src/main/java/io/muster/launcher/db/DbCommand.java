package io.muster.launcher.db;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code muster db}: the commands for the database. Used by the main thread only. */
@Command(
    name = "db",
    description = "Show what the database contains, prune old history, export and import it.",
    subcommands = {
      StatusCommand.class,
      PruneCommand.class,
      ExportCommand.class,
      ImportCommand.class
    },
    mixinStandardHelpOptions = true,
    footer = {
      "All commands work with and without a running server; without one, the embedded",
      "server runs for the duration of the command."
    })
public final class DbCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing command: status, prune, export or import");
  }
}
