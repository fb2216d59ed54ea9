package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * The archive of class data that the launcher script creates after a build, for the nodes of tests:
 * a node starts with a quarter less CPU.
 */
final class ClassArchive {
  private static final Path TARGET = Path.of("target").toAbsolutePath();

  private ClassArchive() {}

  /** Returns the JVM option that selects the archive, which the first caller of a build creates. */
  static String option() {
    return Holder.OPTION;
  }

  /** Other JVMs of the same build wait for the one that creates the archive. */
  private static Path create() throws IOException {
    var archive = TARGET.resolve("test-jdk-" + Runtime.version().feature() + ".jsa");
    var lockFile = TARGET.resolve("test-archive.lock");
    try (var channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      if (!isCurrent(archive)) {
        train(archive);
      }
    }
    return archive;
  }

  private static boolean isCurrent(Path archive) throws IOException {
    return Files.exists(archive)
        && Files.getLastModifiedTime(archive)
                .compareTo(Files.getLastModifiedTime(MusterProcess.JAR))
            > 0;
  }

  private static void train(Path archive) throws IOException {
    var data = Files.createTempDirectory(TARGET, "training");
    var recorded = data.resolve("archive");
    var options = List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + recorded);
    var arguments = List.of("training-run", data.resolve("node").toString());
    try (var run = MusterProcess.run(options, arguments)) {
      assertThat(run.awaitExit(Duration.ofMinutes(2))).as("%s", run.output()).isZero();
    }
    Files.move(recorded, archive, StandardCopyOption.ATOMIC_MOVE);
  }

  private static final class Holder {
    private static final String OPTION;

    static {
      try {
        OPTION = "-XX:SharedArchiveFile=" + create();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
