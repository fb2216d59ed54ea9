package io.muster.launcher.db;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code muster db}: a command of its own for each thing that is done with the database. */
@Command(
    name = "db",
    description = "Tells what the database holds, drops old history, exports it.",
    subcommands = {StatusCommand.class, PruneCommand.class, ExportCommand.class},
    mixinStandardHelpOptions = true,
    footer = {
      "All of them work beside a running server and without one: then the embedded one is started",
      "for as long as they take."
    })
public final class DbCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: status, prune or export");
  }
}
