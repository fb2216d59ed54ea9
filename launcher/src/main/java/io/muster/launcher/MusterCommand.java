package io.muster.launcher;

import io.muster.launcher.certs.CertsCommand;
import io.muster.launcher.db.DbCommand;
import io.muster.launcher.node.StartException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code muster}; without a command, {@code muster serve}. Used by the main thread only. */
@Command(
    name = "muster",
    description = "Monitor a GPU fleet: live metrics and history for every host, GPU and process.",
    subcommands = {
      ServeCommand.class,
      SnapshotCommand.class,
      DbCommand.class,
      ClusterCommand.class,
      CertsCommand.class,
      TrainingRunCommand.class,
      VersionCommand.class
    },
    mixinStandardHelpOptions = true,
    footer = {
      "Without a command, muster starts the node. Options may precede a command or",
      "follow it. The names in parentheses are the settings of config/muster.yaml",
      "that they set."
    })
final class MusterCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final ServeOptions options = new ServeOptions();

  @Override
  public Integer call() throws StartException {
    return NodeLifecycle.run(options, spec.commandLine());
  }
}
