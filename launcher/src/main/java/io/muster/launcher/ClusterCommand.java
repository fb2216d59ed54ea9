package io.muster.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code muster cluster}: the commands for a cluster. Used by the main thread only. */
@Command(
    name = "cluster",
    description = "Create the secret that the nodes of a cluster share.",
    subcommands = ClusterSecretCommand.class,
    mixinStandardHelpOptions = true)
final class ClusterCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: secret");
  }
}
