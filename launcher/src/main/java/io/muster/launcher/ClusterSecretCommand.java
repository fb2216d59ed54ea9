package io.muster.launcher;

import io.muster.runtime.config.Secret;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code muster cluster secret}. Used by the main thread only. */
@Command(
    name = "secret",
    description = "Print a new secret for a cluster: 256 random bits in hexadecimal digits.",
    mixinStandardHelpOptions = true,
    footer = {
      "Store it in a file that only the user of the nodes can read, and copy the file",
      "to all nodes; cluster.secret_file or MUSTER_CLUSTER_SECRET_FILE names it:",
      "  (umask 077; muster cluster secret > /etc/muster/cluster.secret)"
    })
final class ClusterSecretCommand implements Callable<Integer> {
  private static final int BYTES = 32;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(Secret.random(BYTES).text());
    return 0;
  }
}
