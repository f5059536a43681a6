<?php

declare(strict_types=1);

/** The comet server's port for back ends, spoken to as iComet's always was: a GET or a POST, and JSON. */
final class Comet
{
    private const TIMEOUT_SECONDS = 2.0;

    public function __construct(private readonly string $admin)
    {
    }

    /**
     * Lets whoever gets the answer listen to a channel: its token is in it, wrapped in the call of a script's function.
     */
    public function sign(string $channel, string $callback): ?string
    {
        return $this->ask('GET', '/sign?' . http_build_query(['cname' => $channel, 'cb' => $callback]));
    }

    /** Tells everybody who listens to a channel; false where the comet server does not answer. */
    public function push(string $channel, string $content): bool
    {
        $answer = $this->ask('POST', '/push', http_build_query(['cname' => $channel, 'content' => $content]));
        return $answer !== null && (json_decode($answer, true)['type'] ?? '') === 'ok';
    }

    private function ask(string $method, string $target, string $body = ''): ?string
    {
        $context = stream_context_create(['http' => [
            'method' => $method,
            'header' => 'Content-Type: application/x-www-form-urlencoded',
            'content' => $body,
            'timeout' => self::TIMEOUT_SECONDS,
        ]]);

        // Refused or silent: the caller knows what to say.
        $answer = @file_get_contents($this->admin . $target, false, $context);
        return $answer === false ? null : $answer;
    }
}
