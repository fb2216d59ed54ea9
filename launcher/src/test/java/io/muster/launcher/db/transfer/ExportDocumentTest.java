package io.muster.launcher.db.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Checks that docs/export.md matches the columns; {@code -Dexport.write} rewrites it. */
class ExportDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "export.md");
  private static final String FIRST_TABLE = "## `heartbeats`";

  @Test
  void document_committedFile_matchesTheColumns() throws IOException {
    var expected = introduction() + tables();
    if (System.getProperty("export.write") != null) {
      Files.writeString(DOCUMENT, expected);
    }

    assertThat(Files.readString(DOCUMENT)).isEqualTo(expected);
  }

  @Test
  void document_everyColumn_isExplained() {
    assertThat(TransferTable.values())
        .allSatisfy(
            table ->
                assertThat(table.columns())
                    .allSatisfy(column -> assertThat(column.meaning()).isNotBlank())
                    .extracting(Column::name)
                    .doesNotHaveDuplicates()
                    .allMatch(name -> name.matches("[a-z_]+")));
  }

  /** Returns the text before the tables, which is edited in the document itself. */
  private static String introduction() {
    try {
      var document = Files.readString(DOCUMENT);
      return document.substring(0, document.indexOf(FIRST_TABLE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tables() {
    return Arrays.stream(TransferTable.values())
        .map(ExportDocumentTest::table)
        .collect(Collectors.joining("\n"));
  }

  private static String table(TransferTable table) {
    return "## `%s`\n\n%s\n\n| column | type | meaning | empty |\n| --- | --- | --- | --- |\n"
            .formatted(table.wireName(), table.meaning())
        + table.columns().stream()
            .map(ExportDocumentTest::row)
            .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String row(Column column) {
    return "| `%s` | %s | %s | %s |"
        .formatted(
            column.name(),
            column.typeLabel(),
            column.meaning(),
            column.isOptional() ? column.empty() : "never");
  }
}
