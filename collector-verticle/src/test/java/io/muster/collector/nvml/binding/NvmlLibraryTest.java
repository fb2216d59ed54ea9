package io.muster.collector.nvml.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvmlLibraryTest {
  private final List<String> tried = new ArrayList<>();
  private final Path folder;

  NvmlLibraryTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void load_nothingAnywhere_isEmpty() {
    var library = refusing("libfake.so.1", folder.resolve("libfake.so.1").toString());

    assertThat(library.load()).isEmpty();
    assertThat(tried).containsExactly("libfake.so.1");
  }

  @Test
  void load_fileThatDoesNotLoad_tellsTheLoadersWords() throws IOException {
    var file = Files.createFile(folder.resolve("libfake.so.1")).toString();

    assertThatThrownBy(() -> refusing("libfake.so.1", file).load())
        .isInstanceOfSatisfying(
            NvmlException.class,
            refused -> assertThat(refused.code()).isEqualTo(NvmlBinding.LIBRARY_NOT_FOUND))
        .hasMessage(file + ": file too short");
  }

  @Test
  void load_secondPathLoads_isTaken() throws IOException {
    var broken = Files.createFile(folder.resolve("broken.so")).toString();
    var good = Files.createFile(folder.resolve("good.so")).toString();
    var binding = new StubBinding();
    var library =
        new NvmlLibrary(
            List.of("libfake.so.1", broken, good),
            name -> {
              if (!name.equals(good)) {
                throw new UnsatisfiedLinkError(name);
              }
              return binding;
            });

    assertThat(library.load()).containsSame(binding);
  }

  @Test
  void installed_anyMachine_asksForTheSonameFirst() {
    assertThat(NvmlLibrary.installed().soname()).isIn("libnvidia-ml.so.1", "nvml.dll");
  }

  private NvmlLibrary refusing(String... names) {
    return new NvmlLibrary(
        List.of(names),
        name -> {
          tried.add(name);
          throw new UnsatisfiedLinkError(
              "Unable to load " + name + ":\n" + name + ": file too short\nnot in resource path");
        });
  }
}
