package io.muster.launcher.db;

import io.muster.launcher.DatabaseOptions;
import io.muster.launcher.db.transfer.Import;
import io.muster.launcher.db.transfer.ImportCounts;
import io.muster.launcher.db.transfer.ImportedRow;
import io.muster.launcher.db.transfer.InvalidRowException;
import io.muster.launcher.db.transfer.RowReader;
import io.muster.launcher.db.transfer.TransferTable;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * {@code muster db import}: loads what {@code muster db export} wrote, or earlier history in the
 * same form. Used by the main thread only.
 */
@Command(
    name = "import",
    description = {
      "Load earlier history from CSV or NDJSON, as export writes it (docs/export.md).",
      "Rows that are stored already are skipped: an import may be repeated after a failure."
    },
    mixinStandardHelpOptions = true)
final class ImportCommand extends DatabaseSubcommand {
  private static final int BATCH_ROWS = 5_000;
  private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(10);

  @Parameters(paramLabel = "FILE", description = "Read this file, or standard input if it is '-'.")
  private String file = "";

  @Option(
      names = "--table",
      paramLabel = "TABLE",
      description =
          "The table of the rows, such as heartbeats; without it the names of the columns show it."
              + " An empty file needs it.")
  private @Nullable String tableName;

  private long lastProgressNanos = System.nanoTime();

  ImportCommand() {
    super(new DatabaseOptions());
  }

  @Override
  void validateOptions() {
    parseTable();
    if (!isStandardInput() && !Files.isReadable(Path.of(file))) {
      throw new ParameterException(
          spec().commandLine(), "FILE does not exist, or cannot be read: '" + file + "'");
    }
  }

  @Override
  void execute(DatabaseAccess access) throws CommandFailedException {
    var source = isStandardInput() ? "stdin" : file;
    try {
      read(access);
    } catch (InvalidRowException e) {
      throw new CommandFailedException("%s:%d: %s".formatted(source, e.line(), e.getMessage()));
    } catch (IOException e) {
      throw new CommandFailedException(source + ": " + e.getMessage());
    }
  }

  private void read(DatabaseAccess access)
      throws IOException, InvalidRowException, CommandFailedException {
    if (isStandardInput()) {
      // Never closed: without standard input, the descriptor may be that of a file of the JVM.
      load(RowReader.open(new FileInputStream(FileDescriptor.in), parseTable()), access);
    } else {
      try (var in = Files.newInputStream(Path.of(file))) {
        load(RowReader.open(in, parseTable()), access);
      }
    }
  }

  private void load(RowReader rows, DatabaseAccess access)
      throws IOException, InvalidRowException, CommandFailedException {
    var retention = access.settings().aggregator().maintenance().retention();
    var now = InstantSource.system().instant();
    var session =
        DatabaseAccess.await(Import.open(access.database(), rows.table(), retention, now));
    try {
      storeAll(rows, session);
    } finally {
      session.close();
      printCounts(rows.table(), session.counts());
    }
  }

  /** Stores the rows up to an invalid one, if there is one. */
  private void storeAll(RowReader rows, Import session)
      throws IOException, InvalidRowException, CommandFailedException {
    var batch = new ArrayList<ImportedRow>();
    Optional<InvalidRowException> invalid;
    do {
      batch.clear();
      invalid = readBatch(rows, batch);
      DatabaseAccess.await(session.store(batch));
      printProgress(rows.table(), session.counts());
    } while (batch.size() == BATCH_ROWS);
    DatabaseAccess.await(session.commit());
    if (invalid.isPresent()) {
      throw invalid.get();
    }
  }

  /** Reads the next rows; fewer than a whole batch are the last. */
  private static Optional<InvalidRowException> readBatch(RowReader rows, List<ImportedRow> batch)
      throws IOException {
    try {
      for (var row = rows.next(); row.isPresent(); row = rows.next()) {
        batch.add(row.get());
        if (batch.size() == BATCH_ROWS) {
          break;
        }
      }
      return Optional.empty();
    } catch (InvalidRowException e) {
      return Optional.of(e);
    }
  }

  private void printProgress(TransferTable table, ImportCounts counts) {
    if (System.nanoTime() - lastProgressNanos >= PROGRESS_INTERVAL.toNanos()) {
      lastProgressNanos = System.nanoTime();
      spec().commandLine().getErr().println("muster: " + progress(table, counts));
    }
  }

  private void printCounts(TransferTable table, ImportCounts counts) {
    var out = spec().commandLine().getOut();
    out.println(progress(table, counts));
    printSkipped(counts.tooOld(), "older than " + table.retentionKey());
    printSkipped(counts.tooNew(), "in the future, or of time that has not ended");
    printSkipped(counts.orphans(), "without their heartbeat, which must be imported first");
    out.flush();
  }

  private static String progress(TransferTable table, ImportCounts counts) {
    return String.format(
        Locale.ROOT,
        "%s: %,d rows read, %,d stored, %,d already there",
        table.wireName(),
        counts.read(),
        counts.stored(),
        counts.known());
  }

  private void printSkipped(long rows, String reason) {
    if (rows > 0) {
      spec()
          .commandLine()
          .getOut()
          .println(String.format(Locale.ROOT, "not stored: %,d rows %s", rows, reason));
    }
  }

  private boolean isStandardInput() {
    return file.equals("-");
  }

  private Optional<TransferTable> parseTable() {
    return Optional.ofNullable(tableName)
        .map(
            name ->
                TransferTable.ofWireName(name)
                    .orElseThrow(
                        () ->
                            new ParameterException(
                                spec().commandLine(),
                                "--table must be one of %s: '%s'"
                                    .formatted(TransferTable.wireNames(), name))));
  }
}
