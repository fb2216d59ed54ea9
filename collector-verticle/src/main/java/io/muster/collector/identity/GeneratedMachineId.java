package io.muster.collector.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.WRITE;

import io.muster.runtime.file.PrivateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A random machine id in the data directory, file {@code machine-id}, mode 0600. The file is
 * created atomically: a temporary file is written, synced and renamed.
 */
final class GeneratedMachineId {
  private static final Logger log = LoggerFactory.getLogger(GeneratedMachineId.class);
  private static final int ID_BYTES = 16;

  private final Path directory;

  GeneratedMachineId(Path directory) {
    this.directory = directory;
  }

  /** Returns the saved id; generates and saves it if there is none. */
  String loadOrCreate() {
    try {
      var file = directory.resolve("machine-id");
      var existing = load(file);
      return existing.isPresent() ? existing.get() : create(file);
    } catch (IOException e) {
      throw new UncheckedIOException("machine id cannot be saved in " + directory, e);
    }
  }

  private static Optional<String> load(Path file) throws IOException {
    return Files.exists(file)
        ? ClientIdResolver.validMachineId(Files.readString(file, US_ASCII))
        : Optional.empty();
  }

  private String create(Path file) throws IOException {
    var bytes = new byte[ID_BYTES];
    new SecureRandom().nextBytes(bytes);
    var id = HexFormat.of().formatHex(bytes);
    PrivateDirectory.create(directory);
    var temporaryFile = Files.createTempFile(directory, "machine-id", ".new"); // mode 0600 on POSIX
    Files.writeString(temporaryFile, id + "\n", US_ASCII, WRITE, SYNC);
    Files.move(temporaryFile, file, ATOMIC_MOVE);
    log.info("machine id not found, generated a new one file={}", file);
    return id;
  }
}
