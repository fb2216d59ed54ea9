package io.muster.launcher;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.frame.LinkedTree;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The class data of a node in a file that the JVM maps: a node that uses it starts with half the
 * CPU time. The first test that starts a node creates it; the database programs that this node
 * unpacks serve the others. Safe for use by any thread, and by several test JVMs.
 */
final class ClassDataArchive {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path JAR = TARGET.resolve("muster.jar");
  private static final Path FILE =
      TARGET.resolve("muster-jdk-" + Runtime.version().feature() + ".jsa");

  private static final Path NODE_DIRECTORY = TARGET.resolve("class-data-node");

  private ClassDataArchive() {}

  /** Returns the options of a JVM that uses the archive. */
  static List<String> jvmOptions() throws IOException {
    ensureCurrent();
    return List.of("-XX:SharedArchiveFile=" + FILE);
  }

  /** Links the programs of the embedded database into a data directory that has none. */
  static void linkDatabasePrograms(Path data) throws IOException {
    ensureCurrent();
    try (var programs = Files.newDirectoryStream(NODE_DIRECTORY, "postgresql-*")) {
      for (var directory : programs) {
        var target = data.resolve(directory.getFileName());
        if (Files.isDirectory(data) && !Files.exists(target)) {
          LinkedTree.create(directory, target);
        }
      }
    }
  }

  private static synchronized void ensureCurrent() throws IOException {
    try (var file = FileChannel.open(TARGET.resolve("muster.jsa.lock"), CREATE, WRITE);
        var lock = file.lock()) {
      if (lock.isValid() && !isCurrent()) {
        create();
      }
    }
  }

  private static boolean isCurrent() throws IOException {
    return Files.exists(FILE)
        && Files.getLastModifiedTime(FILE).compareTo(Files.getLastModifiedTime(JAR)) > 0;
  }

  /** Starts a node with every role; its JVM writes the archive when it stops. */
  private static void create() throws IOException {
    Files.deleteIfExists(FILE);
    var newFile = TARGET.resolve("muster.jsa.new");
    var arguments =
        MusterProcess.serveArguments(NODE_DIRECTORY, "--set", "cluster.listen=127.0.0.1:0");
    try (var node = MusterProcess.run(List.of("-XX:ArchiveClassesAtExit=" + newFile), arguments)) {
      node.awaitBanner();
      AssertionPoller.awaitAssertion(
          MusterProcess.START_TIMEOUT,
          () -> assertThat(node.get("/readyz").statusCode()).isEqualTo(200));
      node.stop(MusterProcess.START_TIMEOUT);
    }
    Files.move(newFile, FILE, ATOMIC_MOVE);
  }
}
