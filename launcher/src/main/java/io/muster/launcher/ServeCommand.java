package io.muster.launcher;

import io.muster.launcher.node.StartException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code muster serve}: runs the roles of this node until a signal. Used by the main thread only.
 */
@Command(name = "serve", description = "Start the node (default).", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final ServeOptions options = new ServeOptions();

  @Override
  public Integer call() throws StartException {
    return NodeLifecycle.run(options, spec.commandLine());
  }
}
