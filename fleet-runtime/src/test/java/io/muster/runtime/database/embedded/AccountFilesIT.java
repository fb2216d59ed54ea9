package io.muster.runtime.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.runtime.database.PostgresFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files of an account, which is another one if root runs the tests. */
class AccountFilesIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final ServerAccount CURRENT_USER =
      new ServerAccount("self", List.of(), Optional.empty());

  private final Path parent = PostgresFixture.newDirectory();
  private final Path directory = parent.resolve("database-17");
  private AccountFiles files;

  @BeforeEach
  void createDirectory() throws IOException {
    var account = isRoot() ? new AccountSelector(parent, directory).select() : CURRENT_USER;
    account.assignOwner(Files.createDirectory(directory));
    files = new AccountFiles(account, directory);
  }

  @AfterEach
  void delete() throws IOException {
    PostgresFixture.delete(parent);
  }

  @Test
  void read_file_returnsItsText() throws IOException {
    run("sh", "-c", "printf '77\\n\\n/data\\n' > postmaster.pid");

    assertThat(files.read("postmaster.pid")).isEqualTo("77\n\n/data");
    assertThat(files.read("missing")).isEmpty();
  }

  @Test
  void read_longFile_isLimited() throws IOException {
    run("sh", "-c", "head -c 20000000 /dev/zero | tr '\\0' x > start.log");

    assertThat(files.read("start.log")).hasSize(16 * 1024);
  }

  @Test
  void read_pipeDirectoryOrFileWithoutPermission_isEmpty() throws IOException {
    run("mkfifo", "pipe");
    run("mkdir", "directory");

    assertThat(files.read("pipe")).isEmpty();
    assertThat(files.read("directory")).isEmpty();
  }

  @Test
  void read_linkToAFileOfRoot_isEmpty() throws IOException {
    var secret = secretOfRoot();
    run("ln", "-s", secret.toString(), "link");
    Files.createLink(directory.resolve("hard-link"), secret);

    assertThat(files.read("link")).isEmpty();
    assertThat(files.read("hard-link")).isEmpty();
  }

  @Test
  void delete_link_leavesItsTarget() throws IOException {
    var target = Files.writeString(parent.resolve("target"), "text");
    run("ln", "-s", target.toString(), "start.log");

    files.delete("start.log");
    files.delete("missing");

    assertThat(directory.resolve("start.log")).doesNotExist();
    assertThat(target).hasContent("text");
  }

  @Test
  void deleteLogsExcept_manyFiles_keepsTheNewestAndForeignNames() throws IOException {
    run(
        "sh",
        "-c",
        "mkdir log && cd log && touch " + String.join(" ", logNames(6)) + " notes a.log");

    files.deleteLogsExcept(4);

    assertThat(namesIn(directory.resolve("log")))
        .containsExactlyElementsOf(
            List.of(
                "a.log",
                "notes",
                logNames(6).get(2),
                logNames(6).get(3),
                logNames(6).get(4),
                logNames(6).get(5)));
  }

  @Test
  void deleteLogsExcept_noDirectory_changesNothing() throws IOException {
    files.deleteLogsExcept(4);

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void deleteLogsExcept_linkToADirectoryOfRoot_deletesNothing() throws IOException {
    var victim = Files.createDirectory(parent.resolve("victim"));
    for (var name : logNames(6)) {
      Files.createFile(victim.resolve(name));
    }
    requireRoot();
    Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rwx------"));
    run("ln", "-s", victim.toString(), "log");

    files.deleteLogsExcept(4);

    assertThat(namesIn(victim)).isEqualTo(logNames(6));
  }

  @Test
  void deleteAll_tree_leavesAtMostTheEmptyDirectory() throws IOException {
    var target = Files.writeString(parent.resolve("target"), "text");
    run("sh", "-c", "mkdir -p a/b && touch a/b/c && ln -s " + target.getParent() + " a/link");

    files.deleteAll();
    Files.deleteIfExists(directory);

    assertThat(directory).doesNotExist();
    assertThat(target).hasContent("text");
  }

  /** The account can move a directory of root into its own during a removal. */
  @Test
  void deleteAll_directoryOfRoot_remains() throws IOException {
    requireRoot();
    var file =
        Files.createFile(Files.createDirectory(directory.resolve("of-root")).resolve("file"));

    files.deleteAll();

    assertThat(file).exists();
  }

  @Test
  void assignToTree_fileOfAnotherOwner_keepsItsOwner() throws IOException {
    var secret = secretOfRoot();
    run("sh", "-c", "mkdir a && touch a/file && ln -s " + secret + " a/link");
    Files.createLink(directory.resolve("hard-link"), secret);
    var newOwner = new FileOwner(54321, 54321);

    newOwner.assignToTree(directory);

    assertThat(FileOwner.of(directory)).isEqualTo(newOwner);
    assertThat(FileOwner.of(directory.resolve("a/file"))).isEqualTo(newOwner);
    assertThat(FileOwner.of(directory.resolve("a/link"))).isEqualTo(newOwner);
    assertThat(FileOwner.of(secret)).isEqualTo(new FileOwner(0, 0));
  }

  private Path secretOfRoot() throws IOException {
    requireRoot();
    var file = Files.writeString(parent.resolve("shadow"), "root:geheim\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private void requireRoot() throws IOException {
    var owner = files.account().owner();
    assumeTrue(owner.filter(account -> !account.isRoot()).isPresent(), "needs another account");
  }

  private void run(String... words) throws IOException {
    files.account().command(directory, words).runOrFail(TIMEOUT);
  }

  private static List<String> logNames(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "postgresql-2026010" + i + "-000000.log")
        .toList();
  }

  private static List<String> namesIn(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private static boolean isRoot() throws IOException {
    return new SystemCommand(List.of("id", "-u"), Path.of("/")).runOrFail(TIMEOUT).equals("0");
  }
}
