package io.muster.launcher.db;

import io.muster.aggregator.maintenance.MaintenanceJob;
import io.muster.aggregator.maintenance.Removal;
import java.io.PrintWriter;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster db prune}: what the hourly job does, now. */
@Command(
    name = "prune",
    description = "Drops history that is older than it is kept, and says what; asks nothing.",
    mixinStandardHelpOptions = true)
final class PruneCommand extends DatabaseCommand {
  @Option(names = "--dry-run", description = "Only says what would be dropped.")
  private boolean dryRun;

  PruneCommand() {
    super(new PruneOptions());
  }

  @Override
  void work(Visit visit) throws FailedException {
    var retention = visit.settings().aggregator().maintenance().retention();
    var out = spec().commandLine().getOut();
    var now = InstantSource.system().instant();
    if (dryRun) {
      var planned = Visit.await(MaintenanceJob.planPruning(visit.database(), retention, now));
      planned.forEach(removal -> print(out, "would drop", removal));
      return;
    }
    var done =
        Visit.await(
            MaintenanceJob.prune(
                visit.database(), retention, now, removal -> print(out, "dropped", removal)));
    if (!done) {
      throw new FailedException("an aggregator is at it; try again in a minute");
    }
  }

  private static void print(PrintWriter out, String what, Removal removal) {
    var size =
        removal.bytes() > 0
            ? "%s, about %d rows".formatted(Bytes.text(removal.bytes()), removal.rows())
            : "%d rows".formatted(removal.rows());
    out.println("%s %s, before %s: %s".formatted(what, removal.table(), removal.until(), size));
    out.flush();
  }
}
