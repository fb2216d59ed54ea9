package io.muster.launcher.db;

import io.muster.aggregator.maintenance.MaintenanceJob;
import io.muster.aggregator.maintenance.Removal;
import java.io.PrintWriter;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code muster db prune}: the pruning of the hourly maintenance job, run immediately. Used by the
 * main thread only.
 */
@Command(
    name = "prune",
    description =
        "Drop history older than its retention, without confirmation, and print what was dropped.",
    mixinStandardHelpOptions = true)
final class PruneCommand extends DatabaseSubcommand {
  @Option(names = "--dry-run", description = "Only print what would be dropped.")
  private boolean dryRun;

  PruneCommand() {
    super(new PruneOptions());
  }

  @Override
  void execute(DatabaseAccess access) throws CommandFailedException {
    var retention = access.settings().aggregator().maintenance().retention();
    var out = spec().commandLine().getOut();
    var now = InstantSource.system().instant();
    if (dryRun) {
      var removals =
          DatabaseAccess.await(MaintenanceJob.planPruning(access.database(), retention, now));
      removals.forEach(removal -> printRemoval(out, "would drop", removal));
      return;
    }
    var pruned =
        DatabaseAccess.await(
            MaintenanceJob.prune(
                access.database(),
                retention,
                now,
                removal -> printRemoval(out, "dropped", removal)));
    if (!pruned) {
      throw new CommandFailedException(
          "an aggregator is running maintenance; try again in a minute");
    }
  }

  private static void printRemoval(PrintWriter out, String action, Removal removal) {
    var size =
        removal.bytes() > 0
            ? "%s, about %d rows".formatted(ByteSize.format(removal.bytes()), removal.rows())
            : "%d rows".formatted(removal.rows());
    out.println("%s %s, before %s: %s".formatted(action, removal.table(), removal.until(), size));
    out.flush();
  }
}
