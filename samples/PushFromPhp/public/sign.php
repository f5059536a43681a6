<?php

declare(strict_types=1);

require __DIR__ . '/../src/chat.php';

// A site with users looks here whether this one may listen; this chat is open to all.

$callback = $_GET['cb'] ?? '';
if (!is_string($callback) || !preg_match('/^[\w.$]{1,128}$/', $callback)) {
    answer(400, ['error' => 'cb wants the name of a function.']);
}

$signed = comet()->sign(CHANNEL, $callback);
if ($signed === null) {
    answer(503, ['error' => 'The push server does not answer.']);
}

header('Content-Type: application/javascript; charset=utf-8');
header('Cache-Control: no-store');
echo $signed;
