package io.muster.launcher.certs;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code muster certs}: the commands for certificates. Used by the main thread only. */
@Command(
    name = "certs",
    description = "Create an authority, and issue the certificates of nodes.",
    subcommands = {AuthorityCommand.class, IssueCommand.class},
    mixinStandardHelpOptions = true)
public final class CertsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: ca or issue");
  }
}
