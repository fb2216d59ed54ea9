package io.muster.collector.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelFileScannerTest {
  private final Path directory;

  KernelFileScannerTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void load_fileLargerThanInitialBuffer_readsAll() {
    var lines = "0123456789\n".repeat(10_000);
    var scanner =
        HostFilesFixture.empty(directory).write("big", lines + "last 7").openScanner("big");

    for (int line = 0; line < 10_000; line++) {
      scanner.skipLine();
    }

    assertThat(scanner.remainingText()).isEqualTo("last 7");
  }

  @Test
  void load_shorterSecondFile_discardsFirst() throws IOException {
    var files = HostFilesFixture.empty(directory).write("long", "1234567890").write("short", "5");
    var scanner = files.openScanner("long");

    scanner.load(files.hostRoot().file("short"));

    assertThat(scanner.nextNumber()).isEqualTo(5);
    assertThat(scanner.isAtEnd()).isTrue();
  }

  @Test
  void load_maxBytes_stopsAtLimit() throws IOException {
    var files = HostFilesFixture.empty(directory).write("long", "x".repeat(100_000));
    var scanner = new KernelFileScanner();

    scanner.load(files.hostRoot().file("long"), 20_000);

    assertThat(scanner.remainingText()).hasSize(20_000);
  }

  @Test
  void load_missingFile_throws() {
    var scanner = new KernelFileScanner();

    assertThatThrownBy(() -> scanner.load(directory.resolve("none").toFile()))
        .isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void nextNumber_atLineEnd_isZeroAndStaysOnLine() {
    var scanner = HostFilesFixture.empty(directory).write("f", "a -3\t4\n9\n").openScanner("f");

    scanner.skipWords(1);

    assertThat(scanner.nextNumber()).isEqualTo(-3);
    assertThat(scanner.nextNumber()).isEqualTo(4);
    assertThat(scanner.nextNumber()).isZero();
    scanner.skipLine();
    assertThat(scanner.nextNumber()).isEqualTo(9);
  }

  @Test
  void remainingText_argumentsTerminatedByZeroBytes_areJoinedByBlanks() {
    var scanner =
        HostFilesFixture.empty(directory).write("f", "java\0-Xmx64m\0a b\0\0\0").openScanner("f");

    assertThat(scanner.remainingText()).isEqualTo("java -Xmx64m a b");
  }

  @Test
  void listNames_numberedDirectories_areInNumericOrder() {
    var hostRoot =
        HostFilesFixture.empty(directory)
            .write("h/hwmon10/x", "")
            .write("h/hwmon9/x", "")
            .hostRoot();

    assertThat(hostRoot.listNames("h", "hwmon")).containsExactly("hwmon9", "hwmon10");
    assertThat(hostRoot.listNames("none", "hwmon")).isEmpty();
  }

  @Test
  void hostProcessPath_rootUnderMountPoint_prefersFirstProcess() {
    var files = HostFilesFixture.empty(directory).write("proc/1/mountinfo", "");

    assertThat(files.hostRoot().hostProcessPath("mountinfo")).isEqualTo("proc/1/mountinfo");
    assertThat(files.hostRoot().hostProcessPath("net/dev")).isEqualTo("proc/self/net/dev");
    assertThat(new HostRoot(Path.of("/")).hostProcessPath("mountinfo"))
        .isEqualTo("proc/self/mountinfo");
  }
}
