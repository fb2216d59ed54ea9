package io.muster.schema.client;

import java.util.Optional;

/**
 * The registration of a client by its collector or by {@code POST /api/user/insert_client}.
 *
 * @param userId owner, 1 to 32 characters
 * @param clientId 32 lower-case hexadecimal digits
 * @param clientStatus {@code active}, {@code online}, {@code offline}, {@code maintenance} or
 *     {@code error}
 * @param osType 1 to 64 characters
 * @param name 1 to 32 characters
 */
public record ClientRegistration(
    String userId, String clientId, String clientStatus, Optional<String> osType, String name) {}
