package io.muster.runtime.database;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** One server for all test classes that need any server. Not durable: its data is discarded. */
public final class SharedPostgresExtension implements BeforeAllCallback {
  private static final Namespace NAMESPACE = Namespace.create(SharedPostgresExtension.class);

  private @Nullable PostgresFixture fixture;

  @Override
  public void beforeAll(ExtensionContext context) {
    fixture =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(
                PostgresFixture.class, key -> PostgresFixture.start(), PostgresFixture.class);
  }

  public PostgresFixture fixture() {
    if (fixture == null) {
      throw new IllegalStateException("register it as a static field");
    }
    return fixture;
  }
}
