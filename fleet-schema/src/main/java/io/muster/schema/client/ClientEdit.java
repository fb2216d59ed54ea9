package io.muster.schema.client;

import java.util.Optional;

/**
 * A change to a client; an empty field stays unchanged.
 *
 * @param userId owner, 1 to 255 characters
 * @param clientId 32 lower-case hexadecimal digits
 * @param osType up to 50 characters
 * @param name up to 255 characters
 * @param clientStatus {@code active}, {@code online}, {@code offline}, {@code maintenance} or
 *     {@code error}
 * @param validStatus {@code valid}, or {@code invalid} for a client that is no longer counted or
 *     listed
 */
public record ClientEdit(
    String userId,
    String clientId,
    Optional<String> osType,
    Optional<String> name,
    Optional<String> clientStatus,
    Optional<String> validStatus) {}
