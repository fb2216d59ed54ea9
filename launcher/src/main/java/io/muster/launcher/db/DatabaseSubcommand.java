package io.muster.launcher.db;

import io.muster.launcher.DatabaseOptions;
import io.muster.launcher.node.StartException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands have in common: one visit to the database, and one line when it fails. */
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

  /** Refuses options that make no sense, before anything is done. */
  void validateOptions() {}

  abstract void execute(DatabaseAccess access) throws CommandFailedException;

  final CommandSpec spec() {
    return spec;
  }
}
