"""What is said back to talk, in one line each."""

from bot.texts.answers import EMPTY_QUESTION
from retrieval.question.talk import Talk

REPLIES = {
    Talk.GREETING: "Chào đồng chí. Đồng chí cần tra cứu nội dung gì?",
    Talk.FAREWELL: "Chào đồng chí, hẹn gặp lại.",
    Talk.THANKS: "Cảm ơn đồng chí. Cần tra cứu thêm, đồng chí cứ nhắn.",
    Talk.ASSENT: "Vâng. Cần tra cứu thêm, đồng chí cứ nhắn.",
    Talk.SORRY: "Không sao. Đồng chí cần tra cứu nội dung gì?",
    Talk.COMPLAINT: "Xin lỗi đồng chí. Đồng chí nêu rõ số hiệu hoặc nội dung để bot tra lại.",
    Talk.PRESENCE: "Bot đang nghe. Đồng chí cần tra cứu nội dung gì?",
    Talk.WHO: "Đây là bot tra cứu văn bản. Đồng chí nhắn câu hỏi, hoặc gõ /help để xem hướng dẫn.",
    Talk.SIGN: EMPTY_QUESTION,
}
