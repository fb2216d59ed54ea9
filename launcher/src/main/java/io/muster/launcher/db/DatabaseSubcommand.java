package io.muster.launcher.db;

import io.muster.launcher.DatabaseOptions;
import io.muster.launcher.node.StartException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A command that opens the database for its execution, and prints one line if it fails. Used by the
 * main thread only.
 */
abstract class DatabaseSubcommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final DatabaseOptions options;

  DatabaseSubcommand(DatabaseOptions options) {
    this.options = options;
  }

  @Override
  public final Integer call() throws StartException {
    validateOptions();
    try (var access = DatabaseAccess.open(options)) {
      execute(access);
      spec.commandLine().getOut().flush();
      return 0;
    } catch (CommandFailedException e) {
      spec.commandLine().getErr().println("muster: " + e.getMessage());
      return 1;
    }
  }

  /** Rejects invalid options before the database is opened. */
  void validateOptions() {}

  abstract void execute(DatabaseAccess access) throws CommandFailedException;

  final CommandSpec spec() {
    return spec;
  }
}
